"""The conductor: moves data from the store to the warehouse, schedules it, sends reports; and the command line.

Nobody imports it. What a number means is declared in the warehouse, what people see in the dashboards.
"""
