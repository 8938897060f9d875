"""Open311 GeoReport v2, for the city apps and dashboards that speak it.

Reading is open to everybody and shows what the public list shows (``cases.rules.public``);
writing needs the key of another system. Nothing is decided here.
Source: wiki.open311.org/GeoReport_v2, and mySociety's extension for service request updates.
"""
