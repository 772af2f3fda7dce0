"""What the bureau keeps under a code, whatever it is: stations, items, institutions, courses, guides, policies, answers.

One way of reading and writing such rows; each feature says what is special about its own.
"""
