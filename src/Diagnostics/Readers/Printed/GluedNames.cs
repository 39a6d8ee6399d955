using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Parts numbers from the names that they are glued to, as in names of files: <c>epoch_3_loss_2.31_acc_0.52.pth</c>, <c>ep3 loss2.31</c>, <c>E03/L2.31/A0.52</c>.</summary>
internal static partial class GluedNames
{
    /// <summary>Puts a mark between each name and its number, where a loss or an accuracy stands so; thresholds within names, as in <c>mAP0.5</c>, are left alone.</summary>
    public static string Part(string line)
    {
        bool mayBe = false;
        for (int dot = line.IndexOf('.', StringComparison.Ordinal); dot >= 0 && !mayBe; dot = line.IndexOf('.', dot + 1))
        {
            mayBe = dot > 1 && dot + 1 < line.Length && char.IsAsciiDigit(line[dot + 1]) && BeginsBehindLetter(line, dot);
        }

        if (!mayBe)
        {
            return line;
        }

        var parts = Named().Matches(line);
        bool counts = parts.Count > 0 && Counter().IsMatch(line);
        if (!parts.Any(part => IsMeasured(part, counts)))
        {
            return line;
        }

        bool tellsLoss = counts && parts.Any(part => ColumnClassifier.Classify(part.Groups["name"].Value) is { Kind: RoleKind.Metric, Metric: Metric.Loss });
        var parted = new StringBuilder(line.Length + 8);
        int end = 0;
        foreach (Match part in parts)
        {
            // "ep03_trainloss0.52_val0.61": the loss of an evaluation beside one that says so.
            bool isBarePhase = tellsLoss && RoleLexicon.PhaseOf(part.Groups["name"].Value.ToLowerInvariant()) is ColumnPhase.Validation or ColumnPhase.Test;
            if (isBarePhase || IsMeasured(part, counts) || ColumnClassifier.Classify(part.Groups["name"].Value) is { Kind: RoleKind.Metric, Metric: Metric.LearningRate or Metric.Error })
            {
                parted.Append(line, end, part.Index - end).Append(' ').Append(part.Groups["name"].Value).Append(isBarePhase ? "_loss=" : "=").Append(part.Groups["value"].Value).Append(' ');
                end = part.Index + part.Length;
            }
        }

        return parted.Append(line, end, line.Length - end).ToString();
    }

    private static bool BeginsBehindLetter(string line, int dot)
    {
        int i = dot - 1;
        while (i > 0 && char.IsAsciiDigit(line[i]))
        {
            i--;
        }

        return i < dot - 1 && (char.IsLetter(line[i]) || line[i] == '_' || (line[i] == '-' && i > 0 && (char.IsLetter(line[i - 1]) || line[i - 1] == '_')));
    }

    /// <summary>Tells whether a name is of what a training is judged by; letters alone are where something glued to its number counts.</summary>
    private static bool IsMeasured(Match part, bool counts)
    {
        string name = part.Groups["name"].Value;
        return name is "L" or "A" ? counts : ColumnClassifier.Classify(name) is { Kind: RoleKind.Metric, Metric: Metric.Loss or Metric.Accuracy } role && (role.Metric == Metric.Loss || ColumnName.Words(name)[^1] is "acc" or "accuracy");
    }

    [GeneratedRegex(@"(?:(?<![A-Za-z0-9])|(?<=[0-9])_)_*(?<name>[A-Za-z]+(?:_[A-Za-z]+)*)_?(?<value>-?\d+\.\d+(?:[eE][-+]?\d+)?)(?![\w%]*\s*[:=]|\s+[-+]?\d)_?", RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex(@"(?<![A-Za-z])(?:[Ee]|[Ee]p|[Ee]poch|EPOCH|[Ii]ter|ITER|[Ss]tep|STEP)_?\d+", RegexOptions.ExplicitCapture)]
    private static partial Regex Counter();
}
