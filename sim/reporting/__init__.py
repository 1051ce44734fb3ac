"""What readers see: words, figures, pages, and what the terminal shows. Nothing here runs a simulation."""
