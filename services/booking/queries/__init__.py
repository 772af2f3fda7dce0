"""Every read of booking. Sessions are reference rows; bookings start from `visible_to(user)`.

times:         free_times(station, item, first, last) → FreeTimes(days=[Day(day, slots, why)], openings, nearby);
               explain_day(station, item, day) → Why | None (`.sentence` is the reason in words)
alternatives:  nearest_alternatives(session, limit=3), next_openings(item, town, after, limit, station),
               first_openings(item, stations, now) → {station id: start}
bookings:      listed(user, filters), mine(user), booking_for(user, number), place_in_line(booking),
               bundle_of(user, booking)
arrivals:      find_arrival(user, text, station or institution) → Arrival(booking, code, problem)
follow_ups:    open_follow_ups(user, station or institution), closed_follow_ups(…)
sessions:      listed(user, filters), session_for(user, pk), patterns(user, station)
closures:      closures_of(user, station or institution) → [Closure with .hit], hits_of(user, closure) → [HitRow]
board:         board(station, day, user) → Board, institution_board(institution, day, user), week(station, day, institution),
               display(station) → [Ticket]
comparison:    comparison(user, Period(first, last, station, item), by="station|item|institution|chain") → [Line],
               total(user, period, lines, by), sessions_of(user, period)
behind:        bookings_behind(user, period, figure, …), sessions_behind(user, period, …): the rows of a figure
"""
