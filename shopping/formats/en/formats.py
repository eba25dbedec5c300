"""30 Nov 2026, 10:29: read the same by everybody, where 11/30/2026 and a.m. are not."""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i"
