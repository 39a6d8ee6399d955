using System.Text;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>The words before a number of a printed line, as far as they are not spent on another, and what headings before them say.</summary>
/// <param name="roles">What words mean.</param>
internal sealed class FieldLabel(TextRoles roles)
{
    private const int LongestLabel = 200;

    private readonly StringBuilder _words = new();

    /// <summary>Gets the number of characters.</summary>
    public int Length => _words.Length;

    /// <summary>Gets or sets a value indicating whether a colon or an equals sign stands behind the words.</summary>
    public bool IsAssigned { get; set; }

    /// <summary>Gets or sets the heading of the words, as <c>loss</c> in <c>loss: train 0.5, val 0.6</c>.</summary>
    public string Subject { get; set; } = string.Empty;

    /// <summary>Gets or sets the last heading of words of the line, as <c>loss</c> in <c>loss: x 0.3, y 0.2, total 0.5</c>.</summary>
    public string Heading { get; set; } = string.Empty;

    /// <summary>Gets or sets the name whose number comes behind its step, as in <c>cost after iteration 100: 0.69</c>.</summary>
    public string Pending { get; set; } = string.Empty;

    /// <summary>Gets or sets which of several outputs the words are about, as Caffe numbers them.</summary>
    public string Output { get; set; } = string.Empty;

    /// <summary>Gets or sets the phase of the last heading.</summary>
    public ColumnPhase Phase { get; set; }

    /// <summary>Begins a line.</summary>
    public void Begin(ColumnPhase phase)
    {
        Phase = phase;
        Subject = Heading = Pending = Output = string.Empty;
        Drop();
    }

    /// <summary>Forgets the words.</summary>
    public void DropWords() => _words.Clear();

    /// <summary>Forgets the words and that they were assigned.</summary>
    public void Drop()
    {
        _words.Clear();
        IsAssigned = false;
    }

    public override string ToString() => _words.ToString();

    /// <summary>Appends a word.</summary>
    public void Append(string word)
    {
        if (_words.Length > 0)
        {
            _words.Append(' ');
        }

        if (_words.Length < LongestLabel)
        {
            _words.Append(word);
        }
    }

    /// <summary>Tells whether the words lead to a place: <c>after</c>, <c>Test accuracy after</c>.</summary>
    public bool LeadsToPlace() => _words.ToString() is var words && TextRoles.IsPreposition(words[(words.LastIndexOf(' ') + 1)..]) && (!words.Contains(' ') || roles.Of(words[..words.LastIndexOf(' ')]).Kind == RoleKind.Metric);

    /// <summary>Keeps what is measured at a place, whose number comes behind it.</summary>
    public void KeepSubject()
    {
        string words = _words.ToString();
        Drop();
        Pending = words.LastIndexOf(' ') is > 0 and var blank ? words[..blank] : Pending;
    }

    /// <summary>Gets what the words call a number, with what stood before them.</summary>
    /// <param name="numbers">The numbers of the line before it.</param>
    public string NameOf(List<LabelledNumber> numbers)
    {
        string label = _words.ToString();
        if (Output.Length > 0 && label.Length > 0)
        {
            return $"{Output} {label}";
        }

        if (Heading.Length > 0 && RoleLexicon.IsWhole(label.ToLowerInvariant()) && roles.Of(Heading) is { Kind: RoleKind.Metric, Metric: Metric.Loss })
        {
            return $"{label} {Heading}";
        }

        if (Subject.Length > 0 && label.Length > 0)
        {
            // "loss: train 0.5, val 0.6".
            if (RoleLexicon.PhaseOf(label.ToLowerInvariant()) != ColumnPhase.Unknown)
            {
                return $"{label} {Subject}";
            }

            Subject = string.Empty;
        }

        // "loss train: 0.5, val: 0.6".
        if (label.Length is > 0 and < 12 && RoleLexicon.PhaseOf(label.ToLowerInvariant()) != ColumnPhase.Unknown && numbers.Count > 0 && MetricBefore(numbers) is { } metric)
        {
            return $"{label} {metric}";
        }

        return LastWords();
    }

    /// <summary>Finds what the number before measures, where its name says of which phase.</summary>
    private string? MetricBefore(List<LabelledNumber> numbers)
    {
        var last = numbers[^1];
        if (last.Aside != NumberAside.None || last.Total > 0 || roles.Of(last.Label) is not { Kind: RoleKind.Metric, Phase: not ColumnPhase.Unknown })
        {
            return null;
        }

        string rest = string.Join(' ', ColumnName.Words(last.Label).Where(word => RoleLexicon.PhaseOf(word) == ColumnPhase.Unknown));
        return rest.Length > 0 ? rest : null;
    }

    /// <summary>Gets the last words, at most six of them unless all together name what is measured.</summary>
    public string LastWords()
    {
        string label = _words.ToString();
        int words = 0;
        for (int i = label.Length - 1; i >= 0; i--)
        {
            if (label[i] == ' ' && ++words == 6)
            {
                string last = label[(i + 1)..];
                return roles.Of(last).Kind == RoleKind.None && roles.Of(label).Kind == RoleKind.Metric ? label : last;
            }
        }

        return label;
    }

    /// <summary>Ends the words; where they are a heading, its phase holds on.</summary>
    public void Clear()
    {
        Judge();
        Drop();
    }

    /// <summary>A word for a phase that stands before no number, as in <c>[EVAL]</c> or <c>Test set:</c>, holds until there is another.</summary>
    public void Judge()
    {
        if (_words.Length is > 0 and < 40 && ColumnName.Words(_words.ToString()) is { Count: > 0 } words && TextRoles.PhaseOfHeading(words) is not ColumnPhase.Unknown and var phase)
        {
            Phase = phase;
        }
    }
}
