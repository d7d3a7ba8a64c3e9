"""What the scripts that record modules share: a case of a module is its inputs and all its parameters,
under the names of its state_dict, as inputs too, so that all of them get gradients. `given`, among
the options, lists the others."""

import torch
from record import numbers


def module_case(recording, name, module, inputs, options, call=None, gradients=None):
    """Records module(**inputs), or call(module, **inputs), with numbers of few digits in it."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(numbers(*parameter.shape) * 0.5)
    state = {key: value.detach() for key, value in module.state_dict().items()}
    call = call or (lambda m, **given: m(**given))

    def function(**given):
        own = {key: given[key] for key in state}
        rest = {key: value for key, value in given.items() if key not in state}

        def forward(**operands):
            return call(module, **operands)

        return functional(module, own, rest, forward)

    facts = {**options, "given": list(inputs)}
    recording.case(name, function, {**inputs, **state}, facts, gradients=gradients)


def functional(module, own, rest, forward):
    """forward(**rest) with the parameters of `module` taken from `own`, which carry gradients."""
    places = []
    for key, value in own.items():
        owner = module
        *path, last = key.split(".")
        for part in path:
            owner = getattr(owner, part)
        places.append((owner, last, owner._parameters[last]))
        owner._parameters.pop(last)
        setattr(owner, last, value)
    try:
        return forward(**rest)
    finally:
        for owner, last, parameter in places:
            owner.__dict__.pop(last, None)
            owner._parameters[last] = parameter
