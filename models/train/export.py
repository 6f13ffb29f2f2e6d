def export(network, options, mean, std): pass
