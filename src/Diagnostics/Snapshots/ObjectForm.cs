namespace TrainingDoctor.Snapshots;

/// <summary>How an object is written.</summary>
internal enum ObjectForm : byte
{
    /// <summary>As its characters; equal strings are one.</summary>
    String,

    /// <summary>As the place of what all runs share.</summary>
    Shared,

    /// <summary>As the field in which its type keeps it, once for the process.</summary>
    Singleton,

    /// <summary>Field by field.</summary>
    Plain,

    /// <summary>As one value of a primitive type or enumeration.</summary>
    Boxed,

    /// <summary>Element by element.</summary>
    Array,

    /// <summary>As methods and what they are called on.</summary>
    Delegate,

    /// <summary>As the items of a collection that places them by hash codes.</summary>
    Hashed,

    /// <summary>As the kind of a comparer.</summary>
    Comparer,

    /// <summary>As what an exception says.</summary>
    Exception,

    /// <summary>As a new lock, which nobody holds.</summary>
    Lock,

    /// <summary>As a type.</summary>
    Type,

    /// <summary>As the name of a culture.</summary>
    Culture,

    /// <summary>As a pattern with its options.</summary>
    Regex,
}
