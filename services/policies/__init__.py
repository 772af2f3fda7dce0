"""The policy library: conditions as data, matched to enterprises with the reason for each; and the three lists."""
