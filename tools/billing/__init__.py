"""VAT numbers, and the service of the European Union that knows them."""
