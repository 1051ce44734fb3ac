"""What the program costs, measured side by side with what users would otherwise have: `make bench`, `make bench-quick`.

`inside.py` is what runs in a program of its own, in this checkout or another; `exchange.py` is the yardstick,
`rivals.py` the plain Mesa model beside the engine, `measures.py` the figures, `report.py` table, picture and what
became slower.
"""
