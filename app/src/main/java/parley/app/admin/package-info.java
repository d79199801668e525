/// The admin listener: keys, health, metrics, the OpenAPI document and the routes under `/admin/v1`.
@NullMarked
package parley.app.admin;

import org.jspecify.annotations.NullMarked;
