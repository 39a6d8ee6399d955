using System.Reflection;
using TrainingDoctor.Sources;
using static TorchSharp.torch;

namespace TrainingDoctor.Monitoring;

/// <summary>The places in the source that a run knows: those of the calls at once, those in debug symbols when a finding asks for them.</summary>
internal sealed class SourcePlaces
{
    /// <summary>More layers than a report names are not looked up.</summary>
    private const int MostLayers = 64;

    private readonly List<SourcePlace> _known = [];
    private readonly HashSet<string> _layers = new(StringComparer.Ordinal);
    private readonly nn.Module _model;
    private readonly TrainingMonitorOptions _options;
    private readonly MethodBase? _caller;
    private bool _isWanted;
    private int _told;

    /// <summary>Begins with the line that attaches the monitor.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What the monitor was given.</param>
    /// <param name="file">The file of the call; null where findings shall name no line.</param>
    /// <param name="line">The line of the call.</param>
    public SourcePlaces(nn.Module model, TrainingMonitorOptions options, string? file, int line)
    {
        (_model, _options) = (model, options);
        if (Add(SourceRole.Attach, file, line))
        {
            _caller = SourceFinder.Caller();
        }
    }

    /// <summary>Gets what is known.</summary>
    public IReadOnlyList<SourcePlace> Known => [.. _known];

    /// <summary>Adds the place of a call.</summary>
    /// <returns>True when it is the first of its kind.</returns>
    public bool Add(SourceRole what, string? file, int line)
    {
        // Asked at every step: the first call of a kind decides.
        int bit = 1 << (int)what;
        if ((_told & bit) != 0)
        {
            return false;
        }

        _told |= bit;

        // Whoever attaches without a place wants none, whatever tells of steps later.
        if (string.IsNullOrEmpty(file) || line <= 0 || (what != SourceRole.Attach && _known.Count == 0))
        {
            return false;
        }

        _known.Add(new SourcePlace { What = what, File = SourcePath.Of(file), Line = line });
        return true;
    }

    /// <summary>Notes that a finding will ask for the lines of its layers.</summary>
    public void Want(Finding finding)
    {
        _isWanted = true;
        foreach (string layer in finding.Layers)
        {
            if (_layers.Count < MostLayers)
            {
                _layers.Add(layer);
            }
        }
    }

    /// <summary>Looks up what findings ask for.</summary>
    /// <returns>True when more is known than the line that attached the monitor.</returns>
    public bool Search()
    {
        if (_isWanted && _known.Count > 0)
        {
            SearchSymbols();
        }

        return _known.Count > 1;
    }

    private void SearchSymbols()
    {
        using var finder = new SourceFinder(_model, _caller);
        foreach (string layer in _layers)
        {
            if (finder.Layer(layer) is { } place && !_known.Exists(known => known.What == SourceRole.Layer && known.Name == place.Name))
            {
                _known.Add(place);
            }
        }

        AddMade(finder, SourceRole.Optimizer, _options.Optimizer);
        AddMade(finder, SourceRole.Criterion, _options.Loss);
    }

    private void AddMade(SourceFinder finder, SourceRole what, object? made)
    {
        if (made is not null && finder.Made(what, made.GetType()) is { } place)
        {
            _known.Add(place);
        }
    }
}
