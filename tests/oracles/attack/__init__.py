"""An attacker who has only what is published: what is left open of the hidden counts, and what does he know for certain?

`figures` turns what is published into intervals, `relations` finds what binds counts to each other, `solve` draws the
conclusions, `referee` alone knows the truth and keeps the score. `method` is the published method, written again from its
text, so that other keys and policies are attacked without a build. `python -m attack` plays all of it.
"""
