"""Visits to enterprises and projects (链上千企 走访): campaigns with targets per town; findings become demands."""
