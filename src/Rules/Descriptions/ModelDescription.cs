using TrainingDoctor.Rules.Descriptions;

namespace TrainingDoctor;

/// <summary>The structure of a model as it stood when the monitor was attached.</summary>
public sealed record ModelDescription
{
    private readonly NameIndex<LayerDescription> _layersByPath = new(layer => layer.Path);
    private readonly NameIndex<ParameterDescription> _parametersByName = new(parameter => parameter.Name);

    /// <summary>Gets the type's name.</summary>
    public required string TypeName { get; init; }

    /// <summary>Gets every registered module below the model, containers included, in the order of registration.</summary>
    public required IReadOnlyList<LayerDescription> Layers { get; init; }

    /// <summary>Gets every registered parameter.</summary>
    public required IReadOnlyList<ParameterDescription> Parameters { get; init; }

    /// <summary>Gets modules and parameters found in fields, arrays, lists or dictionaries that were never registered.</summary>
    public IReadOnlyList<UnregisteredMember> Unregistered { get; init; } = [];

    /// <summary>Gets a value indicating whether the order of <see cref="Layers"/> is the order of execution for certain (a chain of <c>Sequential</c>s).</summary>
    public bool IsSequential { get; init; }

    /// <summary>Gets the leaf layers in their order.</summary>
    public IEnumerable<LayerDescription> Leaves => Layers.Where(layer => layer.IsLeaf);

    /// <summary>Gets the number of scalar parameters.</summary>
    public long ParameterCount => Parameters.Sum(parameter => parameter.Count);

    /// <summary>Finds a layer by its path.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Null when the model has no such layer.</returns>
    public LayerDescription? FindLayer(string path) => _layersByPath.Find(Layers, path);

    /// <summary>Finds a parameter by its name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Null when the model has no such parameter.</returns>
    public ParameterDescription? FindParameter(string name) => _parametersByName.Find(Parameters, name);

    /// <summary>Finds the place of a parameter in the order of registration.</summary>
    /// <param name="name">The name.</param>
    /// <returns>-1 when the model has no such parameter.</returns>
    internal int IndexOfParameter(string name) => _parametersByName.IndexOf(Parameters, name);
}

/// <summary>A module or parameter that its owner's constructor did not register, so that no optimizer and no <c>state_dict</c> sees it.</summary>
/// <param name="Member">Owner's path and member, e.g. <c>blocks[2]</c>.</param>
/// <param name="TypeName">Its type.</param>
/// <param name="ParameterCount">The number of scalar parameters that it holds.</param>
public sealed record UnregisteredMember(string Member, string TypeName, long ParameterCount);
