"""Faults, races, hostile input and operators' mistakes lose nothing and let nobody in."""
