"""The deployed service: built, deployed and running on this machine, called over HTTP as its clients call it."""
