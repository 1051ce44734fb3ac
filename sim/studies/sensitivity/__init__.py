"""What a difference between arms depends on: screening, an emulator of what matters, indices, maps of the sign.

`study` does all of it, with `emulator` (Gaussian process) and `sign_maps`.
"""
