"""Pictures of outcomes, by matplotlib: `pip install 'iapt[plot]'`.

Each function draws on the Axes given, or on a new figure as wide as a column of print (85 mm), and returns the Axes.
A new figure grows by the notes below the Axes.
Colours are those of Okabe and Ito, which colour-blind people can tell apart; shapes and line styles differ too.
"""

from .distributions import distributions
from .funnel import funnel
from .jacobson import jacobson
from .rates import rates_by_group
from .run import run_chart

__all__ = ["distributions", "funnel", "jacobson", "rates_by_group", "run_chart"]
