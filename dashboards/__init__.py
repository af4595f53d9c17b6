"""What people see of the numbers: declared pages and reports, drawn on the screen and in Word from one frame.

Figures come only through warehouse.ask; nothing here knows Dagster or writes a record.
"""
