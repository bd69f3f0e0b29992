"""English dates with the month in full: "September 18, 2006"."""

DATE_FORMAT = "F j, Y"
