using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD7001: what a loss is given does not fit what it contains.</summary>
internal static class LossInputs
{
    public static void Check(InvocationExpressionSyntax call, SourceModels sources, Reporter reporter)
    {
        if (Losses.Recognize(call, sources) is not { } loss)
        {
            return;
        }

        TargetTypes.Check(loss, sources, reporter);
        var ending = new Endings(sources).OfTensor(loss.Input);
        string? fault = (loss.Kind, ending) switch
        {
            (LossKind.CrossEntropy, Ending.Softmax or Ending.Sigmoid or Ending.LogSigmoid) => $"{loss.Name} contains softmax, and its input ends with {Name(ending)} already",
            (LossKind.BinaryCrossEntropyWithLogits, Ending.Softmax or Ending.Sigmoid or Ending.LogSigmoid or Ending.LogSoftmax) => $"{loss.Name} contains the sigmoid, and its input ends with {Name(ending)} already",
            (LossKind.NegativeLogLikelihood, Ending.Softmax or Ending.Sigmoid or Ending.Logits) => $"{loss.Name} wants log-probabilities, and its input ends with {Name(ending)}",
            (LossKind.BinaryCrossEntropy, Ending.LogSoftmax or Ending.LogSigmoid or Ending.Logits) => $"{loss.Name} wants probabilities, and its input ends with {Name(ending)}",
            _ => null,
        };
        if (fault is not null)
        {
            reporter.Report(BuildRules.OutputLossMismatch, loss.Input.GetLocation(), fault);
        }
    }

    private static string Name(Ending ending) => ending switch
    {
        Ending.Softmax => "softmax",
        Ending.LogSoftmax => "log-softmax",
        Ending.Sigmoid => "sigmoid",
        Ending.LogSigmoid => "log-sigmoid",
        _ => "a layer without an activation",
    };
}
