namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Remedies that let a network learn more, or longer.</summary>
public static class CapacityRemedies
{
    private const double LongerBy = 3;

    /// <summary>Train for more steps.</summary>
    /// <param name="facts">The run: its length sets the number.</param>
    public static Remedy TrainLonger(RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        long steps = (long)(LongerBy * Math.Max(1, facts.LastStep - facts.FirstStep + 1));
        return new Remedy
        {
            Title = $"Train for about {steps} steps",
            Actions = [new RemedyAction { Kind = RemedyActionKind.TrainLonger, Steps = steps }],
            Rationale = $"The loss was still going down when the run ended.",
            Caveat = $"Watch a validation loss meanwhile; stretch the learning-rate schedule to the new length.",
            Code = FormattableString.Invariant($"for (int step = 0; step < {steps}; step++) {{ Train(step); }}"),
            Sources = ["AUTOTRAINER (ICSE 2021): slow convergence"],
        };
    }

    /// <summary>Make the network wider.</summary>
    public static Remedy MoreCapacity() => new()
    {
        Title = $"Double the width of the hidden layers, or add one",
        Actions = [new RemedyAction { Kind = RemedyActionKind.IncreaseCapacity, Factor = 2 }],
        Rationale = $"A network that cannot represent the task stops at the best that it can represent.",
        Caveat = $"First see whether the network can memorise sixteen samples: if not, capacity is not what is missing.",
        Code = "nn.Linear(inputs, 2 * hidden)",
        Sources = ["Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 11.2", "TheDeepChecker (TOSEM 2022): one batch must overfit"],
    };

    /// <summary>Take regularisation back.</summary>
    public static Remedy LessRegularization() => new()
    {
        Title = $"Lower weight decay tenfold and take dropout out until the training loss falls",
        Actions = [new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Factor = 0.1 }, new RemedyAction { Kind = RemedyActionKind.RemoveDropout }],
        Rationale = $"Penalties that outweigh the data pull the weights to zero, whatever the samples say.",
        Caveat = $"Put it back step by step once training and validation loss part.",
        Code = "optim.AdamW(model.parameters(), learningRate, weight_decay: 1e-3);",
        Sources = [RemedySources.Loshchilov, "TheDeepChecker (TOSEM 2022): regularisation gradient over data gradient"],
    };

    /// <summary>Give the optimizer what the loss depends on.</summary>
    public static Remedy ConnectParameters() => new()
    {
        Title = $"Give the optimizer the model's own parameters, and compute the loss from its output without detach",
        Actions = [new RemedyAction { Kind = RemedyActionKind.RegisterParameters }],
        Rationale = $"Weights that no optimizer holds, or that the loss does not depend on, stay as they are.",
        Caveat = $"Layers in plain fields, arrays and lists must be registered too.",
        Code = "RegisterComponents(); // in the constructor, after all fields are set\nvar optimizer = optim.Adam(model.parameters());",
        Sources = ["DeepLocalize (ICSE 2021): tensors that do not change"],
    };

    /// <summary>Let frozen parameters learn.</summary>
    public static Remedy Unfreeze() => new()
    {
        Title = $"Switch requires_grad on for the layers that should learn",
        Actions = [new RemedyAction { Kind = RemedyActionKind.Unfreeze }],
        Rationale = $"A frozen parameter gets no gradient.",
        Caveat = $"Pretrained layers are often frozen on purpose; then at least the head must learn.",
        Code = "foreach (var parameter in model.parameters()) { parameter.requires_grad = true; }",
        Sources = ["PyTorch forum 84911"],
    };
}
