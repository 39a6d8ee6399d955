using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Tests.Reports.Html.Charts;

public sealed class ActivationCurveTests
{
    /// <summary>Values at 1 and -1, computed by hand from the definitions in their papers.</summary>
    [Theory]
    [InlineData(ActivationKind.ReLU, 1, 0)]
    [InlineData(ActivationKind.LeakyReLU, 1, -0.01)]
    [InlineData(ActivationKind.ELU, 1, -0.63212055882855767)]
    [InlineData(ActivationKind.SELU, 1.0507009873554805, -1.1113307378125625)]
    [InlineData(ActivationKind.GELU, 0.84134474606854293, -0.15865525393145707)]
    [InlineData(ActivationKind.SiLU, 0.7310585786300049, -0.2689414213699951)]
    [InlineData(ActivationKind.Mish, 0.86509838826731034, -0.30340146137410894)]
    [InlineData(ActivationKind.Hardswish, 0.66666666666666663, -0.33333333333333331)]
    [InlineData(ActivationKind.Softplus, 1.3132616875182228, 0.31326168751822286)]
    [InlineData(ActivationKind.Softsign, 0.5, -0.5)]
    [InlineData(ActivationKind.Sigmoid, 0.7310585786300049, 0.2689414213699951)]
    [InlineData(ActivationKind.Tanh, 0.76159415595576485, -0.76159415595576485)]
    [InlineData(ActivationKind.Identity, 1, -1)]
    public void AFunctionIsWhatItsDefinitionSays(ActivationKind kind, double atOne, double atMinusOne)
    {
        var function = ActivationCurve.Of(kind, null)!;

        Assert.Equal(atOne, function(1), 1e-9);
        Assert.Equal(atMinusOne, function(-1), 1e-9);
    }

    [Theory]
    [InlineData(ActivationKind.Softmax)]
    [InlineData(ActivationKind.GLU)]
    [InlineData(ActivationKind.Other)]
    public void WhatLooksAtSeveralNumbersHasNoCurve(ActivationKind kind) => Assert.Null(ActivationCurve.Of(kind, null));
}
