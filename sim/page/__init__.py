"""The served page: two layouts side by side in a browser, computed here and played there."""
