namespace TrainingDoctor.Rules.Knowledge;

/// <summary>The activation functions themselves, as PyTorch and TorchSharp define them with default arguments.</summary>
public static class ActivationFunctions
{
    private const double SeluAlpha = 1.6732632423543772;
    private const double SeluScale = 1.0507009873554805;
    private const double LeakySlope = 0.01;
    private const double PReluSlope = 0.25;

    /// <summary>The mean slope of randomised Leaky ReLU, which is what it uses outside training.</summary>
    private const double RReluSlope = ((1.0 / 8) + (1.0 / 3)) / 2;

    /// <summary>Gets the functions of one number, in the order of the enumeration; softmax and gated units work on several numbers at once.</summary>
    public static IReadOnlyList<ActivationKind> Elementwise { get; } = [.. Enum.GetValues<ActivationKind>().Where(IsElementwise)];

    /// <summary>Tells whether a function maps each number by itself.</summary>
    /// <param name="kind">The function.</param>
    public static bool IsElementwise(ActivationKind kind) =>
        kind is not (ActivationKind.Other or ActivationKind.Softmax or ActivationKind.LogSoftmax or ActivationKind.GLU);

    /// <summary>Computes f(x).</summary>
    /// <param name="kind">The function.</param>
    /// <param name="x">Its argument.</param>
    /// <param name="slope">The slope or alpha for negative inputs; null for the default of the function.</param>
    /// <returns>The value; NaN for functions of several numbers.</returns>
    public static double Evaluate(ActivationKind kind, double x, double? slope = null) => kind switch
    {
        ActivationKind.Identity => x,
        ActivationKind.ReLU => Math.Max(0, x),
        ActivationKind.ReLU6 => Math.Clamp(x, 0, 6),
        ActivationKind.LeakyReLU => x >= 0 ? x : (slope ?? LeakySlope) * x,
        ActivationKind.PReLU => x >= 0 ? x : (slope ?? PReluSlope) * x,
        ActivationKind.RReLU => x >= 0 ? x : (slope ?? RReluSlope) * x,
        ActivationKind.ELU => x >= 0 ? x : (slope ?? 1) * Expm1(x),
        ActivationKind.CELU => x >= 0 ? x : (slope ?? 1) * Expm1(x / (slope ?? 1)),
        ActivationKind.SELU => SeluScale * (x >= 0 ? x : SeluAlpha * Expm1(x)),
        ActivationKind.GELU => x * NormalDistribution.Cumulative(x),
        ActivationKind.SiLU => x * Sigmoid(x),
        ActivationKind.Mish => x * Math.Tanh(Softplus(x)),
        ActivationKind.Hardswish => x * Math.Clamp((x + 3) / 6, 0, 1),
        ActivationKind.Softplus => Softplus(x),
        ActivationKind.Softsign => x / (1 + Math.Abs(x)),
        ActivationKind.Sigmoid => Sigmoid(x),
        ActivationKind.Hardsigmoid => Math.Clamp((x + 3) / 6, 0, 1),
        ActivationKind.LogSigmoid => -Softplus(-x),
        ActivationKind.Tanh => Math.Tanh(x),
        ActivationKind.Hardtanh => Math.Clamp(x, -1, 1),
        ActivationKind.Exponential => Math.Exp(x),
        _ => double.NaN,
    };

    /// <summary>Computes f'(x); at a kink, the derivative from below, as PyTorch does for ReLU.</summary>
    /// <param name="kind">The function.</param>
    /// <param name="x">Its argument.</param>
    /// <param name="slope">The slope or alpha for negative inputs; null for the default of the function.</param>
    /// <returns>The derivative; NaN for functions of several numbers.</returns>
    public static double Derivative(ActivationKind kind, double x, double? slope = null) => kind switch
    {
        ActivationKind.Identity => 1,
        ActivationKind.ReLU => x > 0 ? 1 : 0,
        ActivationKind.ReLU6 => x > 0 && x <= 6 ? 1 : 0,
        ActivationKind.LeakyReLU => x > 0 ? 1 : slope ?? LeakySlope,
        ActivationKind.PReLU => x > 0 ? 1 : slope ?? PReluSlope,
        ActivationKind.RReLU => x > 0 ? 1 : slope ?? RReluSlope,
        ActivationKind.ELU => x > 0 ? 1 : (slope ?? 1) * Math.Exp(x),
        ActivationKind.CELU => x > 0 ? 1 : Math.Exp(x / (slope ?? 1)),
        ActivationKind.SELU => SeluScale * (x > 0 ? 1 : SeluAlpha * Math.Exp(x)),
        ActivationKind.GELU => NormalDistribution.Cumulative(x) + (x * NormalDistribution.Density(x)),
        ActivationKind.SiLU => Sigmoid(x) * (1 + (x * Sigmoid(-x))),
        ActivationKind.Mish => MishDerivative(x),
        ActivationKind.Hardswish => x <= -3 ? 0 : x > 3 ? 1 : ((2 * x) + 3) / 6,
        ActivationKind.Softplus => Sigmoid(x),
        ActivationKind.Softsign => 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x))),
        ActivationKind.Sigmoid => Sigmoid(x) * Sigmoid(-x),
        ActivationKind.Hardsigmoid => x > -3 && x <= 3 ? 1.0 / 6 : 0,
        ActivationKind.LogSigmoid => Sigmoid(-x),
        ActivationKind.Tanh => 1 - (Math.Tanh(x) * Math.Tanh(x)),
        ActivationKind.Hardtanh => x > -1 && x <= 1 ? 1 : 0,
        ActivationKind.Exponential => Math.Exp(x),
        _ => double.NaN,
    };

    private static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>log(1 + e^x) without overflow.</summary>
    private static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    private static double MishDerivative(double x)
    {
        double t = Math.Tanh(Softplus(x));
        return t + (x * (1 - (t * t)) * Sigmoid(x));
    }

    /// <summary>e^x - 1 by its series near zero, where the difference would lose digits.</summary>
    private static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) : Math.Exp(x) - 1;

    /// <summary>log(1 + x) by its series near zero.</summary>
    private static double Log1p(double x) => x < 1e-5 ? x - (x * x / 2) : Math.Log(1 + x);
}
