"""先锋榜单: monthly rankings of towns, guidance stations, departments or chains by any figure, with last month's place.

A board knows a figure's code and nothing of its rows: values come from the engine's series, places from `rules.ranked`.
"""
