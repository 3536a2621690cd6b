from . import coopcycle_import
