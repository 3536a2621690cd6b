"""Days as people count them: each begins at midnight where they are."""

from datetime import datetime, time

import pytz


def begin_of(day, zone):
    """Return the moment (naive, UTC) at which a day begins in a time zone.

    :param date day: the day
    :param str zone: the name of the time zone; one that nobody knows is UTC
    """
    known = zone if zone in pytz.all_timezones_set else "UTC"
    midnight = pytz.timezone(known).localize(datetime.combine(day, time.min))
    return midnight.astimezone(pytz.utc).replace(tzinfo=None)
