using TorchSharp;
using TorchSharp.Modules;

namespace TrainingDoctor.Interventions;

/// <summary>Clears what an optimizer remembers of earlier gradients: averages that hold a number that is not finite would spoil every step to come.</summary>
internal static class OptimizerMemory
{
    /// <summary>Clears the memory of an optimizer.</summary>
    /// <param name="optimizer">The optimizer; null for none.</param>
    public static void Clear(torch.optim.Optimizer? optimizer)
    {
        if (optimizer is not OptimizerHelper helper)
        {
            return;
        }

        using var scope = torch.NewDisposeScope();
        try
        {
            var state = helper.state_dict();
            for (int group = 0; group < state.StateIndexRef.Count; group++)
            {
                foreach (int index in state.StateIndexRef[group])
                {
                    state.State[index].Initialize(state.Options[group]);
                }
            }
        }
        catch (KeyNotFoundException)
        {
            // TorchSharp finds no memory of a parameter that took another's place, with a layer that was replaced; what it remembers of the other is used no more.
        }
    }
}
