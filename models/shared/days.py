"""Days as people count them: each begins at midnight where they are."""

from datetime import date, datetime, time, timedelta

import pytz

# Beyond these a day has no beginning in some time zones
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)


def begin_of(day, zone):
    """Return the moment (naive, UTC) at which a day begins in a time zone.

    :param date day: the day; one that is too far away is the first or last known one
    :param zone: the name of the time zone; what nobody knows as one is UTC
    """
    known = str(zone) if str(zone) in pytz.all_timezones_set else "UTC"
    day = min(max(day, FIRST_DAY), LAST_DAY)
    midnight = pytz.timezone(known).localize(datetime.combine(day, time.min))
    return midnight.astimezone(pytz.utc).replace(tzinfo=None)


def end_of(day, zone):
    """Return the last second (naive, UTC) of a day in a time zone, as above."""
    following = min(day, LAST_DAY) + timedelta(days=1)
    return begin_of(following, zone) - timedelta(seconds=1)
