"""Every read of work orders, from `visible_to(user)`: `demands` lists and one, `similar` ones, `suggestion` of a
department. Refusals are Invalid (400) with a sentence."""
