"""What we think of an account: events folded into views, trust out of views, tiers, caps, patterns.

Pure: values in, values out, the clock is the event's. Spends no quota and punishes nobody.
"""
