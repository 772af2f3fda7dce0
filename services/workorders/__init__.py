"""Work orders (诉求工单): 企业点单、党组织派单、部门接单; hard cases are whistled to a joint meeting (难事会办).

`rules/states.py` holds the one table of moves, `rules/hours.py` the clocks in working hours; actions are the only
writers; what people see of a demand starts from `Demand.objects.visible_to(user)`.
"""
