namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Remedies for gradients that several rules prescribe.</summary>
internal static class GradientRemedies
{
    /// <summary>Draw the weights anew, so that signals keep their size.</summary>
    public static Remedy Reinitialize(IReadOnlyList<string> layers) => new()
    {
        Title = $"Initialise the weights so that signals keep their size",
        Actions = [new RemedyAction { Kind = RemedyActionKind.Reinitialize, Layers = layers, Scheme = "he" }],
        Rationale = $"Weights too small shrink signal and gradient at every layer, weights too large blow them up.",
        Caveat = $"Initialisation goes with the activation: He for the ReLU family, Xavier for the tanh family.",
        Code = "nn.init.kaiming_normal_(layer.weight);\nnn.init.zeros_(layer.bias);",
        Sources = [RemedySources.He, RemedySources.Glorot, RemedySources.ArticleSwitching],
    };

    /// <summary>Skip connections.</summary>
    public static Remedy AddSkips(IReadOnlyList<string> layers) => new()
    {
        Title = $"Add skip connections around every two or three layers",
        Actions = [new RemedyAction { Kind = RemedyActionKind.AddResidual, Layers = layers }],
        Rationale = $"The gradient passes the addition unchanged, however deep the stack.",
        Caveat = $"Both sides of the addition need the same shape; scale or normalise the block so that the sum does not grow with depth.",
        Code = "public override Tensor forward(Tensor x) => x + block.call(x);",
        Sources = [RemedySources.Residual],
    };

    /// <summary>Clear the gradients before each backward pass.</summary>
    public static Remedy ZeroGradients() => new()
    {
        Title = $"Call optimizer.zero_grad() before every backward pass",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ZeroGradients }],
        Rationale = $"backward() adds to what is there; without clearing, every step repeats all gradients since the start.",
        Caveat = $"To add up several batches on purpose, clear after each optimizer step and divide the loss by the number of batches.",
        Code = "optimizer.zero_grad();\nloss.backward();\noptimizer.step();",
        Sources = ["TrainCheck (OSDI 2025): Stack Overflow 60335387"],
    };

    /// <summary>Clear the gradients before they are made, not before they are used.</summary>
    public static Remedy ClearBefore() => new()
    {
        Title = $"Call optimizer.zero_grad() before loss.backward(), or after optimizer.step()",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ZeroGradients }],
        Rationale = $"The optimizer moves weights by the gradients that it finds; between backward() and step() nothing may clear them.",
        Caveat = $"Every optimizer that holds these parameters clears them: look for the zero_grad() of another, and of the model.",
        Code = "optimizer.zero_grad();\nloss.backward();\noptimizer.step();",
        Sources = ["torch.optim: zero_grad"],
    };

    /// <summary>Make the loss depend on parameters.</summary>
    public static Remedy Reattach(IReadOnlyList<string> parameters) => new()
    {
        Title = $"Keep the graph whole between the loss and {ModelFacts.Names(parameters)}",
        Actions = [new RemedyAction { Kind = RemedyActionKind.Unfreeze, Layers = parameters }],
        Rationale = $"detach(), item(), no_grad() and new tensors made from values cut the path on which gradients travel; a layer that forward() never uses has none.",
        Caveat = $"A branch that is meant not to train is better frozen: requires_grad_(false) says so.",
        Code = "var loss = criterion.call(model.call(x), y); // no detach(), data(), item() or no_grad() on the way\nloss.backward();",
        Sources = ["TorchSharp issues 1481 and 1116"],
    };
}
