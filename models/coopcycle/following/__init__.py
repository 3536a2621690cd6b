from . import coopcycle_connection, coopcycle_event
