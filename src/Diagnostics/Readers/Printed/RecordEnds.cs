using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Takes a line apart that holds several records.</summary>
/// <param name="roles">What words mean.</param>
internal sealed class RecordEnds(TextRoles roles)
{
    /// <summary>Numbers of one record.</summary>
    private const int LongestRecord = 64;

    /// <summary>Finds where the records of a line end: each begins with the name that the first begins with, and tells its own counter.</summary>
    public List<int> Of(List<LabelledNumber> numbers)
    {
        var ends = new List<int>(1);
        int first = numbers.FindIndex(number => number.Aside == NumberAside.None && number.Label.Length > 0 && roles.Of(number.Label).Kind != RoleKind.None);
        if (first >= 0 && numbers.Count > 3)
        {
            string begins = numbers[first].Label;
            var counters = new Dictionary<string, double>(StringComparer.Ordinal);
            int metrics = 0;
            for (int i = first; i < numbers.Count; i++)
            {
                var kind = numbers[i].Aside == NumberAside.None && numbers[i].Listed == 0 ? roles.Of(numbers[i].Label).Kind : RoleKind.None;
                if (i > first && numbers[i].Label == begins && numbers[i].Aside == NumberAside.None && metrics > 0 && CountsOn(numbers, i, counters))
                {
                    ends.Add(i);
                    counters.Clear();
                    metrics = 0;
                }

                if (kind is RoleKind.Epoch or RoleKind.Step)
                {
                    counters[numbers[i].Label] = numbers[i].Value;
                }

                metrics += kind == RoleKind.Metric ? 1 : 0;
            }
        }

        ends.Add(numbers.Count);
        return ends;
    }

    /// <summary>Tells whether a counter stands at another number from here on.</summary>
    private static bool CountsOn(List<LabelledNumber> numbers, int i, Dictionary<string, double> counters)
    {
        if (counters.Count > 0)
        {
            for (int next = i; next < numbers.Count; next++)
            {
                if (numbers[next].Aside == NumberAside.None && counters.TryGetValue(numbers[next].Label, out double value))
                {
                    if (value != numbers[next].Value)
                    {
                        return true;
                    }

                    if (next > i + 6)
                    {
                        break;
                    }
                }

                if (next > i + LongestRecord)
                {
                    break;
                }
            }
        }

        return false;
    }
}
