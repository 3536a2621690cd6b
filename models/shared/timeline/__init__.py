from . import integration_timeline
from .entry import Entry, Story
