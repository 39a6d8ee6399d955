namespace TrainingDoctor.Reports.Html.Charts;

/// <summary>Activation functions of one number, for drawing.</summary>
internal static class ActivationCurve
{
    /// <summary>Returns the function; null for those that look at several numbers at once.</summary>
    public static Func<double, double>? Of(ActivationKind kind, double? slope) => kind switch
    {
        ActivationKind.ReLU => x => Math.Max(0, x),
        ActivationKind.ReLU6 => x => Math.Clamp(x, 0, 6),
        ActivationKind.LeakyReLU or ActivationKind.RReLU => x => x > 0 ? x : (slope ?? 0.01) * x,
        ActivationKind.PReLU => x => x > 0 ? x : (slope ?? 0.25) * x,
        ActivationKind.ELU or ActivationKind.CELU => x => x > 0 ? x : (slope ?? 1) * (Math.Exp(kind == ActivationKind.CELU ? x / (slope ?? 1) : x) - 1),
        ActivationKind.SELU => x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1)),
        ActivationKind.GELU => x => x * 0.5 * (1 + Erf(x / Math.Sqrt(2))),
        ActivationKind.SiLU => x => x * Sigmoid(x),
        ActivationKind.Mish => x => x * Math.Tanh(Softplus(x)),
        ActivationKind.Hardswish => x => x * Math.Clamp((x + 3) / 6, 0, 1),
        ActivationKind.Softplus => Softplus,
        ActivationKind.Softsign => x => x / (1 + Math.Abs(x)),
        ActivationKind.Sigmoid => Sigmoid,
        ActivationKind.Hardsigmoid => x => Math.Clamp((x + 3) / 6, 0, 1),
        ActivationKind.LogSigmoid => x => -Softplus(-x),
        ActivationKind.Tanh => Math.Tanh,
        ActivationKind.Hardtanh => x => Math.Clamp(x, -1, 1),
        ActivationKind.Exponential => Math.Exp,
        ActivationKind.Identity => x => x,
        _ => null,
    };

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>The error function by its Taylor series; exact to drawing, and beyond, where GELU is drawn.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 4)
        {
            return Math.Sign(x);
        }

        double term = x;
        double sum = x;
        for (int n = 1; n < 80; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
