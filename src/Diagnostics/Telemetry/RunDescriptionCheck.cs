using System.Globalization;

namespace TrainingDoctor.Telemetry;

/// <summary>
/// The edge at which the description of a run is believed: after it every text is there, every list holds what it should and every number is of its range, so that nothing behind it has to ask.
/// </summary>
/// <remarks>It holds the same rules as <c>docs/schema/telemetry-1.0.schema.json</c>; a test compares them.</remarks>
internal static class RunDescriptionCheck
{
    /// <summary>Checks a description that came from outside.</summary>
    /// <param name="run">The description.</param>
    /// <exception cref="FormatException">A part of it is missing or out of bounds; the message names the part and what was expected.</exception>
    public static void Check(RunDescription run)
    {
        Text(run.Name, "run.name");
        Text(run.Source, "run.source");
        OptionalText(run.Path, "run.path");
        OptionalText(run.Device, "run.device");
        OptionalText(run.Framework, "run.framework");
        Texts(run.Settings, "run.settings");
        OptionalText(run.Commit, "run.commit");
        OptionalText(run.Situation?.Precision, "run.situation.precision");
        OptionalText(run.Situation?.Model, "run.situation.model");
        Range(run.PlannedSteps ?? 0, "run.plannedSteps");
        if (run.Model is { } model)
        {
            Check(model);
        }

        if (run.Optimizer is { } optimizer)
        {
            Text(optimizer.TypeName, "run.optimizer.typeName");
            List(optimizer.LearningRates, "run.optimizer.learningRates", TelemetryLimits.MostEntries);
            Range(optimizer.ParameterCount, "run.optimizer.parameterCount");
            Range(optimizer.ForeignParameterCount, "run.optimizer.foreignParameterCount");
        }

        if (run.Loss is { } loss)
        {
            Text(loss.TypeName, "run.loss.typeName");
            OptionalText(loss.Reduction, "run.loss.reduction");
        }

        Each(run.Places, "run.places", TelemetryLimits.MostNames, (place, at) =>
        {
            Text(place.File, $"{at}.file");
            OptionalText(place.Name, $"{at}.name");
            Range(place.Line, $"{at}.line");
            Range(place.Column ?? 0, $"{at}.column");
        });

        if (run.Log is { } log)
        {
            Check(log);
        }

        if (run.Preflight is { } preflight)
        {
            Check(preflight);
        }
    }

    private static void Check(ModelDescription model)
    {
        Text(model.TypeName, "run.model.typeName");
        Each(model.Layers, "run.model.layers", TelemetryLimits.MostNames, (layer, at) =>
        {
            Text(layer.Path, $"{at}.path");
            Text(layer.TypeName, $"{at}.typeName");
            Range(layer.InputFeatures ?? 0, $"{at}.inputFeatures");
            Range(layer.OutputFeatures ?? 0, $"{at}.outputFeatures");
        });
        Distinct(model.Layers.Select(layer => layer.Path), "run.model.layers", "path");

        long count = 0;
        Each(model.Parameters, "run.model.parameters", TelemetryLimits.MostNames, (parameter, at) =>
        {
            Text(parameter.Name, $"{at}.name");
            Text(parameter.LayerPath, $"{at}.layerPath");
            Text(parameter.DataType, $"{at}.dataType");
            List(parameter.Shape, $"{at}.shape", TelemetryLimits.MostDimensions);
            foreach (long size in parameter.Shape)
            {
                Range(size, $"{at}.shape");
            }

            Range(parameter.Count, $"{at}.count");
            Range(parameter.FanIn ?? 0, $"{at}.fanIn");
            Range(parameter.FanOut ?? 0, $"{at}.fanOut");
            Range(parameter.InitialNonFiniteCount, $"{at}.initialNonFiniteCount");
            Range(parameter.InitialDenormalCount, $"{at}.initialDenormalCount");

            // Fewer than a hundred thousand numbers below 2^53 stay below 2^70: the sum has to be looked at too.
            count = Math.Min(count + parameter.Count, long.MaxValue / 2);
        });
        Range(count, "the counts of run.model.parameters together");
        Distinct(model.Parameters.Select(parameter => parameter.Name), "run.model.parameters", "name");
        Each(model.Unregistered, "run.model.unregistered", TelemetryLimits.MostEntries, (member, at) =>
        {
            Text(member.Member, $"{at}.member");
            Text(member.TypeName, $"{at}.typeName");
            Range(member.ParameterCount, $"{at}.parameterCount");
        });
    }

    private static void Check(LogDescription log)
    {
        Text(log.Format, "run.log.format");
        Each(log.UnmappedColumns, "run.log.unmappedColumns", TelemetryLimits.MostEntries, Text);
        Each(log.Notes, "run.log.notes", TelemetryLimits.MostEntries, Text);
        Each(log.Damage, "run.log.damage", TelemetryLimits.MostEntries, (damage, at) =>
        {
            Text(damage.Location, $"{at}.location");
            Text(damage.Problem, $"{at}.problem");
        });
        Texts(log.MappedColumns, "run.log.mappedColumns");
    }

    private static void Check(PreflightDescription preflight)
    {
        OptionalText(preflight.FailedAt, "run.preflight.failedAt");
        OptionalText(preflight.Failure, "run.preflight.failure");
        OptionalText(preflight.Input, "run.preflight.input");
        Each(preflight.ChannelsLast, "run.preflight.channelsLast", TelemetryLimits.MostEntries, Text);
        Each(preflight.ReadAcross, "run.preflight.readAcross", TelemetryLimits.MostEntries, Text);
        Each(preflight.Decayed, "run.preflight.decayed", TelemetryLimits.MostEntries, Text);
        Texts(preflight.LeftOut, "run.preflight.leftOut");
    }

    private static void Texts(IReadOnlyDictionary<string, string>? texts, string at)
    {
        if (texts is null || texts.Count > TelemetryLimits.MostEntries)
        {
            throw Wrong(at, $"an object of at most {TelemetryLimits.MostEntries} texts");
        }

        foreach (var (name, text) in texts)
        {
            Text(name, at);
            Text(text, at);
        }
    }

    private static void Text(string? text, string at)
    {
        if (text is null || text.Length > TelemetryLimits.LongestText)
        {
            throw Wrong(at, $"a text of at most {TelemetryLimits.LongestText} characters");
        }
    }

    private static void OptionalText(string? text, string at) => Text(text ?? string.Empty, at);

    private static void Range(long value, string at)
    {
        if (value is < 0 or > TelemetryLimits.LargestStep)
        {
            throw Wrong(at, $"a whole number from 0 to {TelemetryLimits.LargestStep}");
        }
    }

    private static void List<T>(IReadOnlyList<T>? list, string at, int most)
    {
        if (list is null || list.Count > most)
        {
            throw Wrong(at, $"a list of at most {most}");
        }
    }

    private static void Each<T>(IReadOnlyList<T>? list, string at, int most, Action<T, string> check)
        where T : class
    {
        List(list, at, most);
        for (int index = 0; index < list!.Count; index++)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{at}[{index}]");
            check(list[index] ?? throw Wrong(place, $"no null"), place);
        }
    }

    /// <summary>Two layers of one path are one place of a model that was told twice: what is measured there could belong to either.</summary>
    private static void Distinct(IEnumerable<string> names, string at, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (!seen.Add(name))
            {
                throw Wrong(at, $"each {what} once");
            }
        }
    }

    private static FormatException Wrong(string at, FormattableString expected) => new($"{at}: expected {expected.ToString(CultureInfo.InvariantCulture)}");
}
