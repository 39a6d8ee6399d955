using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Knowledge;

public class ActivationFunctionsTests
{
    private const double Small = 1e-6;

    /// <summary>Kinks of any of the functions, and places between them.</summary>
    private static readonly double[] Places = [-6.3, -3, -2.9, -1, -0.9, -0.2, 0, 0.3, 1, 1.2, 3, 3.1, 6, 6.4];

    public static TheoryData<ActivationKind, double?> Functions
    {
        get
        {
            var functions = new TheoryData<ActivationKind, double?>();
            foreach (var kind in ActivationFunctions.Elementwise)
            {
                functions.Add(kind, null);
                functions.Add(kind, 0.4);
            }

            return functions;
        }
    }

    /// <summary>The derivative is the slope from below, at kinks too, with a slope of one's own and with the usual one.</summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void TheDerivativeIsTheSlopeFromBelow(ActivationKind kind, double? slope) => Assert.All(Places, x =>
    {
        double measured = (ActivationFunctions.Evaluate(kind, x, slope) - ActivationFunctions.Evaluate(kind, x - Small, slope)) / Small;

        Assert.Equal(measured, ActivationFunctions.Derivative(kind, x, slope), 1e-4 * Math.Max(1, Math.Abs(measured)));
    });
}
