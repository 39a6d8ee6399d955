using System.Globalization;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Structure;

/// <summary>The words of <see cref="OutputLossMismatch"/>: title, message, causes and remedies of each kind of mismatch.</summary>
internal static class OutputDiagnosis
{
    private const string Article = "活性化関数 (activation functions explained), romptn ai, in Japanese: table of output functions";

    private const string Function = "function";
    private const string IsModule = "is_module";
    private const string ToActivation = "to_activation";
    private const string ToLoss = "to_loss";
    private const string Classes = "classes";

    /// <summary>The variant that is told from the loss alone.</summary>
    public const string ProbabilitiesForLogits = "probabilities-for-logits";

    /// <summary>Notes what the diagnosis of a floor needs beside the evidence.</summary>
    /// <param name="floor">The floor.</param>
    public static Dictionary<string, double> ToValues(CrossEntropyFloor floor) => new()
    {
        [IsModule] = 0,
        [Function] = (int)ActivationKind.Softmax,
        [ToActivation] = (int)ActivationKind.Identity,
        [Classes] = floor.Classes,
    };

    /// <summary>Notes what the diagnosis needs beside the evidence.</summary>
    /// <param name="mismatch">The mismatch.</param>
    /// <param name="output">What is known of the output.</param>
    public static Dictionary<string, double> ToValues(OutputMismatch mismatch, OutputFacts output)
    {
        var values = new Dictionary<string, double> { [IsModule] = output.IsModule ? 1 : 0 };
        Add(Function, (int?)output.Function);
        Add(ToActivation, (int?)mismatch.ToActivation);
        Add(ToLoss, (int?)mismatch.ToLoss);
        return values;

        void Add(string name, int? value)
        {
            if (value is { } known)
            {
                values.Add(name, known);
            }
        }
    }

    /// <summary>Puts a mismatch into words.</summary>
    /// <param name="symptom">The symptom.</param>
    /// <param name="facts">The run.</param>
    public static Diagnosis Of(Symptom symptom, RunFacts facts)
    {
        string kind = symptom.Variant;
        string from = symptom.Values.TryGetValue(Function, out double known) ? ((ActivationKind)(int)known).ToString() : string.Empty;
        string function = from is "Identity" or "" ? "no output function" : from;
        string loss = facts.Run.Loss?.TypeName ?? "the loss";
        bool wrongLoss = kind is "class-loss-for-regression" or "labels-loss-for-classes" or "blind-loss" or "classes-by-squared-error" or "softmax-for-independent-loss";
        var evidence = symptom.Evidence.Count > 0 ? symptom.Evidence[0] : null;
        var (title, message) = kind == ProbabilitiesForLogits ? DescribeFloor(symptom, facts) : Describe(kind, function, loss, evidence);
        return new Diagnosis(title, message, Causes(kind, wrongLoss), Remedies(kind, symptom, from, loss));
    }

    private static (Text Title, Text Message) DescribeFloor(Symptom symptom, RunFacts facts)
    {
        var least = symptom.Evidence[0];
        Text loss = facts.Run.Loss?.TypeName is { } name ? (Text)$"{name}" : $"Cross entropy";
        Text answers = symptom.Evidence.Count > 1 && symptom.Evidence[1] is var score
            ? (Text)$"although the accuracy was {score.Value:G4} at step {score.Step}: with logits, answers as right as these cost next to nothing."
            : $"at which it came to rest; it was never below.";
        return (
            $"{loss} is given probabilities instead of logits",
            $"{loss} over {symptom.Values[Classes]:N0} classes cannot fall below {least.Limit:G4} when it is given probabilities. The smallest loss was {least.Value:G4} at step {least.Step}, {answers}");
    }

    private static (Text Title, Text Message) Describe(string kind, string function, string loss, Evidence? evidence) => kind switch
    {
        "double-softmax" => ($"Softmax is applied twice", $"The model ends in {function}, and {loss} applies softmax to what it is given. The differences between classes that reach the loss lie between 0 and 1, however sure the model is."),
        "double-sigmoid" => ($"Sigmoid is applied twice", $"The model ends in {function}, and {loss} applies sigmoid to what it is given. Probabilities that reach the loss cannot leave the range from 0.5 to 0.73."),
        "softmax-between" => ($"Softmax is applied twice", $"The value of the loss shows that softmax of the model's output is given to {loss}, which applies softmax itself. The differences between classes that reach it lie between 0 and 1, however sure the model is."),
        "sigmoid-between" => ($"Sigmoid is applied twice", $"The value of the loss shows that sigmoid of the model's output is given to {loss}, which applies sigmoid itself. Probabilities that reach the loss cannot leave the range from 0.5 to 0.73."),
        "no-log-probabilities" => ($"{loss} is given numbers that are not log-probabilities", $"In every step that was looked at, the exponentials of what {loss} was given did not sum to 1 over any dimension; it expects logarithms of probabilities."),
        "softmax-before-sigmoid" => ($"Softmax before a loss with sigmoid inside", $"The model ends in {function}, and {loss} applies sigmoid to what it is given. Probabilities that reach the loss cannot leave the range from 0.5 to 0.73."),
        "sigmoid-before-softmax" => ($"Sigmoid before a loss with softmax inside", $"The model ends in {function}, and {loss} applies softmax to what it is given. The differences between classes that reach the loss lie between 0 and 1."),
        "redundant-log-softmax" => ($"LogSoftmax before a loss that contains it", $"The model ends in {function}, and {loss} applies it again. The second time changes nothing but the time it takes."),
        "cut-logits" => ($"The output function cuts the logits at zero", $"The model ends in {function}: no class can be given a score below zero, and a class at zero gets no gradient."),
        "bounded-logits" => ($"The output function bounds the logits", $"The model ends in {function}, and {loss} expects logits of any size: no class can be given a score beyond 1."),
        "shares-for-log-probabilities" => ($"{loss} is given probabilities instead of their logarithms", $"In every step that was looked at, what {loss} was given summed to 1 over a dimension, as probabilities do; it expects their logarithms. The model ends in {function}: softmax is taken in code."),
        "missing-log-softmax" when evidence?.Limit == 0 => ($"{loss} is given logits", $"The loss fell to {evidence.Value:G3}; with log-probabilities it cannot fall below 0. The model ends in {function}."),
        "missing-log-softmax" => ($"NLLLoss without LogSoftmax", $"The model ends in {function}, and {loss} expects log-probabilities. No loss was measured that could show a logarithm taken in code."),
        "probabilities-for-log-probabilities" => ($"{loss} is given probabilities instead of their logarithms", $"The model ends in {function}, and {loss} expects log-probabilities."),
        "logits-for-probabilities" => ($"{loss} is given values that are not probabilities", $"The model ends in {function}, and {loss} expects values between 0 and 1. No step succeeded."),
        "logits-for-overlap" => ($"Overlap with the masks is counted from numbers that are not probabilities", $"The value of the loss shows that it counts the overlap of the masks with what it is given as it is; up to {evidence?.Value:P0} of that lay outside 0 to 1. Numbers below zero cancel others, so that the loss can fall, even below zero, without better masks."),
        "softmax-for-independent-loss" => ($"Softmax with a loss that judges each class by itself", $"The model ends in {function}: its outputs share one sum, but {loss} judges each as if it stood alone."),
        "softmax-for-labels" => ($"Softmax for labels that do not exclude each other", $"The model ends in {function}: its outputs share a sum of 1, but several labels can be true at once."),
        "softmax-on-one-unit" => ($"Softmax over a single unit is always 1", $"The model ends in {function} over one unit: the output is 1 for every sample, and every gradient is exactly zero."),
        "cross-entropy-on-one-unit" => ($"Cross entropy over a single unit is always 0", $"{loss} is given one unit per sample; softmax over one unit is 1, so that the loss is 0 and every gradient is exactly zero."),
        "class-loss-for-regression" => ($"A loss for classes is used for values", $"The task is regression, and {loss} judges classes."),
        "labels-loss-for-classes" => ($"One of several classes is trained as independent labels", $"The task is to choose one of several classes, and {loss} asks a separate question about each: most answers are no, and answering no to all is nearly right."),
        "blind-loss" => ($"The loss does not see how far the output is off", $"The loss and its gradient are exactly zero, although the outputs lie further from the targets than nearly all targets from each other."),
        "classes-by-squared-error" => ($"Classes are trained by {loss}", $"The task is classification, the model ends in {function}, and {loss} measures distances between values. Its gradient vanishes where the model is surely wrong."),
        "double-exponential" => ($"The exponential is taken twice", $"The model ends in an exponential, and {loss} takes the exponential of what it is given: it is told a rate and takes it for the logarithm of one."),
        "stuck-output" => ($"The rectified output is stuck at zero", $"The model ends in {function}; its output is zero for every sample, where its slope is zero too, and no gradient can raise it again."),
        "bounded-regression" when evidence?.Limit is { } limit => ($"The output cannot reach the targets", $"The model ends in {function}, which cannot go beyond {limit:G3}; targets go to {evidence.Value:G3}."),
        _ => ($"A bounded or rectified output for values", $"The model ends in {function} though the task is regression; no targets were measured that would show whether its range is enough."),
    };

    private static List<CauseLikelihood> Causes(string kind, bool wrongLoss) => wrongLoss ? [new(Cause.WrongLoss, 0.75), new(Cause.WrongOutputActivation, 0.2)]
        : kind == "bounded-regression" ? [new(Cause.WrongOutputActivation, 0.8), new(Cause.UnscaledData, 0.15)]
        : kind is "missing-log-softmax" or "no-log-probabilities" or "logits-for-probabilities" or "logits-for-overlap" or "probabilities-for-log-probabilities" or "shares-for-log-probabilities" ? [new(Cause.WrongOutputActivation, 0.55), new(Cause.WrongLoss, 0.4)]
        : [new(Cause.WrongOutputActivation, 0.8), new(Cause.WrongLoss, 0.15)];

    private static List<Remedy> Remedies(string kind, Symptom symptom, string from, string loss)
    {
        bool isModule = symptom.Values[IsModule] > 0;
        string toActivation = symptom.Values.TryGetValue(ToActivation, out double activation) ? ((ActivationKind)(int)activation).ToString() : string.Empty;
        string toLoss = symptom.Values.TryGetValue(ToLoss, out double wanted) ? TypeNameOf((LossKind)(int)wanted) : string.Empty;
        var actions = new List<RemedyAction>();
        if (toActivation.Length > 0 && toActivation != from)
        {
            actions.Add(new RemedyAction
            {
                Kind = RemedyActionKind.ChangeOutputActivation,
                Layers = isModule ? symptom.Layers : null,
                From = from.Length > 0 ? from : null,
                To = toActivation,
            });
        }

        if (toLoss.Length > 0)
        {
            actions.Add(new RemedyAction { Kind = RemedyActionKind.ChangeLoss, From = loss == "the loss" ? null : loss, To = toLoss });
        }

        var remedies = new List<Remedy>
        {
            new()
            {
                Title = Title(toActivation == from ? string.Empty : toActivation, toLoss, from),
                Actions = actions,
                Rationale = $"Identity goes with values, sigmoid with yes or no, softmax with one of several classes, one sigmoid per label with several labels; "
                    + $"CrossEntropyLoss and BCEWithLogitsLoss contain the function and want bare logits.",
                Caveat = $"Apply softmax or sigmoid by hand where you need probabilities outside training. Reset the optimizer and train again: weights fitted to the old output do not fit the new one.",
                Code = Code(toActivation, toLoss, from),
                Sources = [Article, "PyTorch documentation of the losses"],
            },
        };
        if (kind == "bounded-regression")
        {
            remedies.Add(new Remedy
            {
                Title = $"Or bring the targets into the range of the output",
                Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize-targets" }],
                Rationale = $"A bounded output is right where the targets are bounded too.",
                Caveat = $"Predictions must be scaled back; values beyond the training range can never be predicted.",
                Code = "y = (y - targetMinimum) / (targetMaximum - targetMinimum); // for sigmoid",
                Sources = [Article],
            });
        }

        if (kind == "logits-for-overlap")
        {
            remedies.Add(new Remedy
            {
                Title = $"Or take the sigmoid where the overlap is counted",
                Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, From = loss == "the loss" ? null : loss, To = "the same loss of the output's sigmoid" }],
                Rationale = $"The model's output stays a logit, for a cross entropy beside the overlap or a threshold at 0.",
                Caveat = $"One sigmoid is enough: not in the model as well.",
                Code = "using var loss = dice.call(output.sigmoid(), masks); // softmax(1) where classes exclude each other",
                Sources = ["V-Net (3DV 2016), by Milletari, Navab and Ahmadi: the Dice loss"],
            });
        }

        if (kind is "softmax-between" or "sigmoid-between")
        {
            return [BareOutput(loss)];
        }

        if (kind is "probabilities-for-log-probabilities" or "shares-for-log-probabilities" or "missing-log-softmax")
        {
            remedies.Add(new Remedy
            {
                Title = $"Or leave the logits bare and use CrossEntropyLoss",
                Actions =
                [
                    new RemedyAction { Kind = RemedyActionKind.ChangeOutputActivation, Layers = isModule ? symptom.Layers : null, From = from, To = nameof(ActivationKind.Identity) },
                    new RemedyAction { Kind = RemedyActionKind.ChangeLoss, From = loss, To = "CrossEntropyLoss" },
                ],
                Rationale = $"It computes logarithm, softmax and likelihood in one, without overflow.",
                Caveat = $"Do not keep both: LogSoftmax and CrossEntropyLoss do the same work twice.",
                Code = "var criterion = nn.CrossEntropyLoss(); // the model ends in its last Linear",
                Sources = [Article, "PyTorch documentation of the losses"],
            });
        }

        return remedies;
    }

    private static Remedy BareOutput(string loss) => new()
    {
        Title = $"Give the loss the model's output itself",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, From = loss == "the loss" ? null : loss, To = "the same loss of the bare output" }],
        Rationale = $"CrossEntropyLoss and BCEWithLogitsLoss contain the function and want bare logits.",
        Caveat = $"Apply softmax or sigmoid by hand where you need probabilities outside training.",
        Code = "using var loss = criterion.call(output, y); // not criterion.call(output.softmax(1), y)",
        Sources = [Article, "PyTorch documentation of the losses"],
    };

    private static string TypeNameOf(LossKind loss) => loss switch
    {
        LossKind.CrossEntropy => "CrossEntropyLoss",
        LossKind.NegativeLogLikelihood => "NLLLoss",
        LossKind.BinaryCrossEntropy => "BCELoss",
        LossKind.BinaryCrossEntropyWithLogits => "BCEWithLogitsLoss",
        _ => "MSELoss",
    };

    private static Text Title(string toActivation, string toLoss, string from) => (toActivation, toLoss) switch
    {
        ("", "") => $"Match the loss to the output",
        ("", _) => $"Use {toLoss}",
        ("Identity", "") => $"Take {from} out of the output",
        ("Identity", _) => $"Take {from} out of the output and use {toLoss}",
        (_, "") => $"End the model in {toActivation}",
        _ => $"End the model in {toActivation} and use {toLoss}",
    };

    private static string Code(string toActivation, string toLoss, string from)
    {
        string output = toActivation switch
        {
            "" => string.Empty,
            "Identity" when from is "" or "Identity" => "// the model ends in its last Linear\n",
            "Identity" => string.Create(CultureInfo.InvariantCulture, $"// delete (\"{from.ToLowerInvariant()}\", nn.{from}(...)) at the end: return the last Linear's output\n"),
            "LogSoftmax" => "(\"output\", nn.LogSoftmax(1)) // behind the last Linear\n",
            _ => $"(\"output\", nn.{toActivation}()) // behind the last Linear\n",
        };
        return (output + (toLoss.Length > 0 ? $"var criterion = nn.{toLoss}();" : string.Empty)).TrimEnd();
    }
}
