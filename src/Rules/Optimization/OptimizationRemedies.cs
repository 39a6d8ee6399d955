using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>Remedies for updates that several rules prescribe.</summary>
internal static class OptimizationRemedies
{
    /// <summary>Give the optimizer the parameters that it lacks.</summary>
    public static Remedy GiveToOptimizer(IReadOnlyList<string> parameters) => new()
    {
        Title = $"Give the optimizer all parameters of the model",
        Actions = [new RemedyAction { Kind = RemedyActionKind.RegisterParameters, Layers = parameters }],
        Rationale = $"An optimizer moves only the parameters that it was made with.",
        Caveat = $"Make the optimizer after the model is complete and on its device.",
        Code = "var optimizer = optim.Adam(model.parameters());",
        Sources = ["TorchSharp issues 1481 and 532"],
    };

    /// <summary>Let the optimizer do its work.</summary>
    public static Remedy StepOptimizer() => new()
    {
        Title = $"Call optimizer.step() after the backward pass",
        Actions = [new RemedyAction { Kind = RemedyActionKind.StepOptimizer }],
        Rationale = $"The optimizer holds these parameters and they have gradients: what is missing is the step.",
        Caveat = $"A gradient scaler skips the step while gradients overflow; look at the loss scale first where there is one.",
        Code = "optimizer.zero_grad();\nloss.backward();\noptimizer.step();",
        Sources = ["PyTorch documentation of torch.optim: taking an optimization step"],
    };

    /// <summary>Let frozen parameters train.</summary>
    public static Remedy Unfreeze(IReadOnlyList<string> parameters) => new()
    {
        Title = $"Unfreeze {ModelFacts.Names(parameters)}",
        Actions = [new RemedyAction { Kind = RemedyActionKind.Unfreeze, Layers = parameters }],
        Rationale = $"Parameters with requires_grad off keep their values.",
        Caveat = $"Unfreezing a pretrained body asks for a learning rate about ten times lower than that of a new head.",
        Code = "foreach (var parameter in model.parameters()) { parameter.requires_grad_(true); }",
        Sources = ["TrainCheck (OSDI 2025): PyTorch forum 84911"],
    };

    /// <summary>Weaken the penalty on weights.</summary>
    /// <param name="present">The present weight decay; NaN when it is not known.</param>
    public static Remedy LowerDecay(double present)
    {
        double value = present > 0 ? Math.Min(1e-4, present / 100) : 1e-4;
        return new Remedy
        {
            Title = present > 0 ? (Text)$"Lower the weight decay from {present:G3} to {value:G2}" : $"Lower the weight decay to {value:G2}",
            Actions = [new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Value = value }],
            Rationale = $"The penalty pulls the weights to zero more strongly than the data pull them anywhere.",
            Caveat = $"In Adam the decay is scaled like a gradient; AdamW decays the weights directly and takes larger values.",
            Code = FormattableString.Invariant($"var optimizer = optim.AdamW(model.parameters(), weight_decay: {value:G2});"),
            Sources = [RemedySources.Loshchilov],
        };
    }

    /// <summary>Set the schedule right.</summary>
    public static Remedy RepairSchedule(double rate) => new()
    {
        Title = rate > 0 ? (Text)$"Set the learning rate to {rate:G2} and check the schedule" : $"Set a positive learning rate and check the schedule",
        Actions = rate > 0 ? [new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = rate, Method = RemedyAction.Constant }] : [],
        Rationale = $"A schedule that divides by the wrong number of steps, or multiplies by a factor above 1, gives such rates.",
        Caveat = $"Print the rate of every step once before a long run.",
        Code = rate > 0 ? FormattableString.Invariant($"foreach (var group in optimizer.ParamGroups) {{ group.LearningRate = {rate:G2}; }}") : "Console.WriteLine(optimizer.ParamGroups.First().LearningRate);",
        Sources = [RemedySources.Goyal],
    };
}
