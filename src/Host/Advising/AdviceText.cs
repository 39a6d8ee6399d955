using System.Globalization;
using Spectre.Console;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Host.Advising;

/// <summary>Advice for people: the set to use, then the table of properties that it rests on.</summary>
internal static class AdviceText
{
    /// <summary>Writes the advice.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="advice">The answer.</param>
    public static void Write(IAnsiConsole console, AdviceRequest request, Advice advice)
    {
        var set = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in Rows(request, advice))
        {
            set.AddRow($"[bold]{name}[/]", Markup.Escape(value));
        }

        console.Write(set);
        console.WriteLine();
        foreach (var note in advice.Notes)
        {
            console.WriteLine($"- {note}");
        }

        console.WriteLine();
        console.WriteLine("TorchSharp:");
        foreach (string line in advice.Code.Split('\n'))
        {
            console.WriteLine("    " + line);
        }

        console.WriteLine();
        WriteProperties(console);
        console.WriteLine($"Sources: {string.Join("; ", advice.Sources)}");
    }

    private static IEnumerable<(string Name, string Value)> Rows(AdviceRequest request, Advice advice)
    {
        if (advice.Trouble is { } trouble)
        {
            yield return ("Cause", trouble.Cause.ToString());
            yield return ("Remedy", $"{trouble.Remedy} {trouble.Companions}");
            yield return ("Measured by", string.Join(", ", trouble.Rules));
        }

        yield return ("Hidden layers", string.Join(", else ", advice.Hidden));
        yield return ("Why", advice.Reason.ToString());
        yield return ("Initialisation", advice.Initialization == "he" ? "He (Kaiming)" : "Xavier (Glorot)");
        yield return ("Normalisation", advice.Normalization.ToString());
        yield return ("Learning rate", LearningRate(advice));
        if (advice.Output is { } output)
        {
            yield return ("Output", $"{output.Function} in use; the model ends in {output.Output}");
            yield return ("Loss", $"{output.Loss}. {output.Note}");
        }
        else if (request.Task is { } task)
        {
            yield return ("Output", $"the source article has no row for {KebabCase.Of(task)}");
        }
    }

    private static string LearningRate(Advice advice)
    {
        var (least, most) = advice.LearningRateFactor;
        string change = least == 1 && most == 1 ? "may stay" : string.Create(CultureInfo.InvariantCulture, $"multiply by {least:G3} to {most:G3}");
        return advice.LearningRate is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:G4} ({change})") : change;
    }

    /// <summary>Writes the article's entries and, beside each, what the function itself gives.</summary>
    private static void WriteProperties(IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Simple).Title("Properties: the source article's entry / computed from the function for a standard normal input");
        table.AddColumns("Function", "Bounded", "Bounds", "Zero-centred", "Mean", "Gain", "Vanishing", "|slope| < 0.01");
        foreach (var entry in AdviceTables.Activations)
        {
            var computed = entry.Computed;
            table.AddRow(
                entry.Kind.ToString(),
                entry.IsBounded ? "yes" : "no",
                Markup.Escape($"[{Number(computed.LowerBound)}, {Number(computed.UpperBound)}]"),
                entry.IsZeroCentred ? "yes" : "no",
                computed.Mean.ToString("F3", CultureInfo.InvariantCulture),
                computed.Gain.ToString("F3", CultureInfo.InvariantCulture),
                entry.Vanishes ? "yes" : "little",
                Vanishing(computed));
        }

        console.Write(table);
    }

    private static string Vanishing(ActivationProperties computed) => (double.IsFinite(computed.VanishesBelow), double.IsFinite(computed.VanishesAbove)) switch
    {
        (true, true) => $"below {Number(computed.VanishesBelow)}, above {Number(computed.VanishesAbove)}",
        (true, false) => $"below {Number(computed.VanishesBelow)}",
        (false, true) => $"above {Number(computed.VanishesAbove)}",
        _ => "never",
    };

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "inf" : double.IsNegativeInfinity(value) ? "-inf" : value.ToString("G4", CultureInfo.InvariantCulture);
}
