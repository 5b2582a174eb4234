"""What the pages of this app read. No tables of its own: the figures are SQL over the snapshot columns of the facts."""
