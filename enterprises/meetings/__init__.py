"""Joint meetings (联席会议) and consultations (问题会商) of alliances: who came, what was resolved, what became of it.

Here and not with chains.alliances because the members of an alliance are enterprises.
"""
