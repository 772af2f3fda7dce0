"""Pages of outreach: guidance stations, instructors, postings and handing over, liaison points."""
